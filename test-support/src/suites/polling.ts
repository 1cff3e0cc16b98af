// Agents that poll until a result comes, with tools of many names, and agents that poll for a result that never comes.
import type { RecordedEvent } from "@guard/core/replay";
import {
  again,
  call,
  clock,
  fails,
  shell,
  shellFails,
  suite,
  times,
  together,
  user,
  paced,
} from "./suite.ts";

/** Polls that get the same answer, and then the answer that the agent waits for. */
const until = (count: number, tool: string, args: unknown, notYet: unknown, then: unknown) => [
  ...again(count, call(tool, args, notYet)),
  call(tool, args, then),
];

/** Calls a tool that waits before each poll. */
const afterWaits = (seconds: number, wait: string, looks: readonly RecordedEvent[]) =>
  looks.flatMap((look) => [call(wait, { seconds }, "ok", { ms: seconds * 1000 }), look]);

const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

const kubectl = "kubectl get pods -l app=shop";
const pods = (age: string) =>
  `NAME     READY   STATUS              AGE\nshop-1   0/1     ContainerCreating   ${age}`;
const health = { command: "curl -fsS http://localhost:8080/healthz" };

export const polling = suite(
  "polling",
  {
    "get_build every 15 seconds": paced(15 * seconds, [
      user("Build main and tell me whether it is green."),
      ...until(16, "get_build", { id: 812 }, { state: "RUNNING" }, { state: "SUCCEEDED" }),
    ]),
    "describe_instance after a wait tool": paced(seconds, [
      call("run_instance", { type: "m5" }, { id: "i-77" }),
      ...afterWaits(
        20,
        "wait_seconds",
        until(12, "describe_instance", { id: "i-77" }, { state: "pending" }, { state: "running" }),
      ),
    ]),
    "BashOutput every 45 seconds": paced(
      45 * seconds,
      until(
        20,
        "BashOutput",
        { bash_id: "bash_3" },
        "<status>running</status>",
        "<status>completed</status> all 412 tests passed",
      ),
    ),
    "task_output once a minute": paced(
      minutes,
      until(
        90,
        "task_output",
        { task_id: "t-9" },
        "The task is still running.",
        "The task has ended: 3 files written.",
      ),
    ),
    "a shell that sleeps before it looks": paced(2 * seconds, [
      ...times(14, (i) => shell(`sleep 30; ${kubectl}`, pods(`${32 * i}s`), { ms: 30 * seconds })),
      shell(`sleep 30; ${kubectl}`, "shop-1   1/1   Running   0   8m", { ms: 30 * seconds }),
    ]),
    "a rollout watched for five hours": paced(
      2 * minutes,
      until(
        150,
        "watch_rollout",
        { service: "cart" },
        { phase: "Progressing", step: "3/8" },
        { phase: "Healthy", step: "8/8" },
      ),
    ),
    "a batch queue for six hours": paced(
      5 * minutes,
      times(72, () => shell("squeue -j 81", "JOBID ST REASON\n81    PD (Priority)")),
    ),
    "ein Auftrag in Bearbeitung": paced(
      90 * seconds,
      until(25, "auftrag_abfragen", { nr: "A-12" }, "Auftrag in Bearbeitung", "Auftrag versandt"),
    ),
    "an approval that people give tomorrow": paced(
      hours,
      until(30, "get_approval", { request: 5 }, { decision: null }, { decision: "approved" }),
    ),
    "two renderings in one answer": paced(
      40 * seconds,
      times(20, (i) =>
        together(i, [
          call("get_render", { scene: "a" }, i < 7 ? "rendering" : "a.mp4"),
          call("get_render", { scene: "b" }, "rendering"),
        ]),
      ),
    ),
    "an inbox that waits for a reply": paced(
      2 * minutes,
      until(30, "list_messages", { from: "landlord" }, [], [{ subject: "Re: keys" }]),
    ),
    "a server that comes up": paced(2 * seconds, [
      shell("docker compose up -d", "Started"),
      ...times(12, () => [
        call("sleep", { seconds: 10 }, "", { ms: 10 * seconds }),
        fails("bash", health, "curl: (7) Failed to connect"),
      ]),
      call("bash", health, "ok"),
    ]),
    "a run that is pending, then running": paced(20 * seconds, [
      ...again(9, call("runs_get", { run_id: 44 }, { life_cycle_state: "PENDING" })),
      ...until(
        12,
        "runs_get",
        { run_id: 44 },
        { life_cycle_state: "RUNNING" },
        { life_cycle_state: "TERMINATED", result_state: "SUCCESS" },
      ),
    ]),
    文字起こしを待つ: paced(
      30 * seconds,
      until(10, "get_transcript", { id: "v1" }, "処理中です", "こんにちは、皆さん。"),
    ),
    "a queue that is asked for twenty seconds at a time": paced(
      seconds,
      again(
        25,
        call(
          "receive_messages",
          { queue: "orders", wait_time_seconds: 20 },
          { messages: [] },
          { ms: 20 * seconds },
        ),
      ),
    ),
    "a page element that takes its time": paced(seconds, [
      ...again(
        5,
        fails("wait_for_selector", { selector: "#receipt" }, "Timeout 30000ms exceeded", {
          ms: 30 * seconds,
        }),
      ),
      call("wait_for_selector", { selector: "#receipt" }, "visible"),
    ]),
    "a parcel once a day": paced(
      24 * hours,
      until(12, "get_delivery", { parcel: "P9" }, "in transit", "delivered"),
    ),
    "a page that is refreshed every minute": paced(
      30 * seconds,
      times(30, (i) =>
        i % 2 === 0
          ? call("click", { name: "Refresh" }, "clicked")
          : call("observe", {}, i < 29 ? "Order: being packed" : "Order: shipped"),
      ),
    ),
    "a training log every five minutes": paced(
      5 * minutes,
      times(40, (i) => shell("tail -n 1 train.log", `epoch ${Math.floor(i / 8)} finished`)),
    ),
    "a helper that works for three minutes": paced(
      10 * seconds,
      until(
        18,
        "check_agent",
        { agent: "w-2" },
        { state: "working" },
        { state: "done", report: "…" },
      ),
    ),
  },
  {
    "get_build every second": [
      60,
      paced(seconds, again(300, call("get_build", { id: 812 }, { state: "RUNNING" }))),
    ],
    "describe_instance with its age": [
      60,
      paced(
        2 * seconds,
        times(200, (i) =>
          call(
            "describe_instance",
            { id: "i-77" },
            { state: "pending", elapsed: `${2 * i} seconds` },
          ),
        ),
      ),
    ],
    "BashOutput that is empty": [
      40,
      paced(seconds, again(200, call("BashOutput", { bash_id: "bash_3" }, ""))),
    ],
    "task_output that tells only the seconds": [
      60,
      paced(
        seconds,
        times(300, (i) =>
          call("task_output", { task_id: "t-9" }, `The task is still running (${i}s).`),
        ),
      ),
    ],
    "pods that only grow older": [
      60,
      paced(
        seconds,
        times(200, (i) => shell(kubectl, pods(`${i + 1}s`))),
      ),
    ],
    "a rollout with the time of the look": [
      60,
      paced(
        2 * seconds,
        times(200, (i) =>
          call(
            "watch_rollout",
            { service: "cart" },
            { phase: "Progressing", checkedAt: clock(2 * i) },
          ),
        ),
      ),
    ],
    "a batch queue twice in three seconds": [
      60,
      paced(1500, again(200, shell("squeue -j 81", "JOBID ST REASON\n81    PD (Priority)"))),
    ],
    "ein Auftrag jede Sekunde": [
      60,
      paced(
        seconds,
        again(200, call("auftrag_abfragen", { nr: "A-12" }, "Auftrag in Bearbeitung")),
      ),
    ],
    "an approval every other second": [
      40,
      paced(2 * seconds, again(200, call("get_approval", { request: 5 }, { decision: null }))),
    ],
    "two jobs in turn": [
      100,
      paced(
        seconds,
        times(300, (i) => call("get_job", { id: i % 2 }, "queued")),
      ),
    ],
    "an inbox every other second": [
      20,
      paced(2 * seconds, again(100, call("list_messages", { from: "landlord" }, []))),
    ],
    "a dead server without a pause": [
      20,
      paced(seconds, again(100, shellFails(health.command, "curl: (7) Failed to connect"))),
    ],
    "waits of one second": [
      120,
      paced(300, afterWaits(1, "sleep", again(150, call("runs_get", { run_id: 44 }, "RUNNING")))),
    ],
    "a job that is over": [
      12,
      paced(
        seconds,
        again(60, call("runs_get", { run_id: 44 }, { state: "TERMINATED", result: "SUCCESS" })),
      ),
    ],
    "a job that has failed": [
      12,
      paced(seconds, again(60, call("get_build", { id: 812 }, { state: "FAILED", exit: 1 }))),
    ],
    "a queue that is asked without a pause": [
      24,
      paced(seconds, again(100, call("receive_messages", { queue: "orders" }, { messages: [] }))),
    ],
    "get_build without any times": [
      60,
      again(300, call("get_build", { id: 812 }, { state: "RUNNING" })),
    ],
    "a slow model that asks the same": [
      12,
      times(40, (i) => [
        { type: "model", ms: 45 * seconds, t: 46 * seconds * (i + 1) } as const,
        call("get_report", { id: 1 }, "Revenue: 4 million", { t: 46 * seconds * (i + 1) + 300 }),
      ]),
    ],
    "an export stuck at 47 %": [
      60,
      paced(
        2 * seconds,
        again(200, call("export_progress", { id: 3 }, "47% complete, please wait")),
      ),
    ],
  },
);
