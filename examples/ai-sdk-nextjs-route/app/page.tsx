"use client";

import { useChat } from "@ai-sdk/react";
import { getToolName, isToolUIPart } from "ai";
import { useState } from "react";

/** What the page shows for a call that has ended. Other calls are under way, or were cut off. */
const states: Record<string, string> = {
  "output-available": "done",
  "output-error": "refused or failed",
};

export default function Page() {
  const { messages, sendMessage, status, error } = useChat();
  const [question, setQuestion] = useState("");
  const isBusy = status === "submitted" || status === "streaming";

  return (
    <main>
      <h1>A chat under guard</h1>
      {messages.map(({ id, role, parts }) => (
        <article key={id} aria-label={role}>
          {parts.map((part, index) => {
            if (part.type === "text") return <p key={index}>{part.text}</p>;
            if (!isToolUIPart(part)) return undefined;
            const state = states[part.state] ?? (isBusy ? "under way" : "not executed");
            return <p key={index}>{`${getToolName(part)}: ${state}`}</p>;
          })}
        </article>
      ))}
      {error && <p role="alert">{error.message}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setQuestion("");
          void sendMessage({ text: question });
        }}
      >
        <input
          aria-label="Question"
          value={question}
          onChange={({ target }) => setQuestion(target.value)}
          disabled={isBusy}
        />
        <button disabled={isBusy || question === ""}>Ask</button>
      </form>
    </main>
  );
}
