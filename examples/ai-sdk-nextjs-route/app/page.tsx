"use client";

import { useChat } from "@ai-sdk/react";
import { useState } from "react";

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
            if (part.type.startsWith("tool-")) return <p key={index}>({part.type.slice(5)})</p>;
            return undefined;
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
