import type { Scenario } from "./scenario.ts";

const opened = ["fail", "fail", "fail"] as const;
const halfOpen = [...opened, "wait 60"] as const;

/** The scenarios. A row in which the libraries differ says why. */
export const scenarios: readonly Scenario[] = [
  { name: "three failures in a row", steps: opened },
  { name: "a call while the circuit is open", steps: [...opened, "ok"] },
  { name: "the probe succeeds", steps: [...halfOpen, "ok"] },
  { name: "the probe fails", steps: [...halfOpen, "fail"] },
  { name: "three excluded errors", steps: ["excluded", "excluded", "excluded"] },
  {
    name: "the break is over, no call yet",
    steps: halfOpen,
    why: "cockatiel changes its state with the next call. guard's `state` says what the next call meets.",
  },
  {
    name: "one failure, one success, one failure",
    steps: ["fail", "ok", "fail"],
    why: "opossum has no rule for failures in a row. It counts a share of the calls: 2 of 3 failed.",
  },
  {
    name: "four successes, then three failures",
    steps: ["ok", "ok", "ok", "ok", ...opened],
    why: "opossum counts a share of the calls: 3 of 7 failed, which is less than half.",
  },
  {
    name: "the probe fails, and another minute passes",
    steps: [...halfOpen, "fail", "wait 60", "ok"],
    why: "guard doubles the break after each failed probe, so that a broken service gets fewer calls. cockatiel does so with an `ExponentialBackoff`.",
  },
  {
    name: "a user stops three calls",
    steps: ["abort", "abort", "abort"],
    why: "An abort says nothing about the service. guard does not count it, without an option.",
  },
  {
    name: "a user stops the probe",
    steps: [...halfOpen, "abort"],
    why: "guard frees the place of the probe, and the next call probes.",
  },
  {
    name: "the probe gets an excluded error",
    steps: [...halfOpen, "excluded"],
    why: "An excluded error says nothing about the service. guard waits for a probe that succeeds or fails.",
  },
  {
    name: "three slow successes",
    steps: ["slow", "slow", "slow"],
    why: "guard counts calls that take longer than `slowCallMs`, and returns their results. cockatiel and opossum have time-outs, which end the call.",
  },
  {
    name: "a call while the probe hangs",
    steps: [...halfOpen, "hang", "ok"],
    why: "cockatiel lets the call wait for the probe, without a limit. guard refuses the call at once, and says when to come back.",
  },
  {
    name: "a call a minute after the probe began to hang",
    steps: [...halfOpen, "hang", "wait 60", "ok"],
    why: "guard gives a probe `probeTimeoutMs`. Then the next call probes. The other two wait for the first probe for ever.",
  },
  {
    name: "a call from before the opening fails while the probe runs",
    steps: ["begin", ...halfOpen, "hang", "begun fail"],
    why: "guard counts a result only in the state in which the call began.",
  },
  {
    name: "a call from before the opening succeeds while the probe runs",
    steps: ["begin", ...halfOpen, "hang", "begun ok"],
    why: "guard counts a result only in the state in which the call began. opossum closes the circuit while the probe still runs.",
  },
  {
    name: "a listener throws at a success",
    steps: ["listener throws", "ok"],
    why: "A listener must not change what the caller gets. guard tells the registry's `listener-error` event. With opossum the error becomes an unhandled rejection, which ends the process.",
  },
  {
    name: "a listener throws at the third failure",
    steps: ["fail", "fail", "listener throws", "fail"],
    why: "guard changes the state first, and calls the listeners afterwards.",
  },
  {
    name: "another process starts just after the opening",
    steps: ["wait 120", ...opened, "restart", "ok"],
    why: "opossum saves the time at which the breaker was made, not the time of the opening.",
  },
  {
    name: "another process starts in the break, which then ends",
    steps: [...opened, "wait 54", "restart", "wait 6", "ok"],
    why: "opossum begins the break anew. guard goes on with it.",
  },
  {
    name: "a person holds the circuit; another process frees it",
    steps: ["hold", "restart", "free", "ok"],
    why: "cockatiel counts handles, and the handle of the first process is gone. guard keeps a record, which every process can lift.",
  },
  {
    name: "the clock is set back an hour in the break, and a minute passes",
    steps: [...opened, "clock back 3600", "ok", "wait 60", "ok"],
    why: "With guard no break becomes longer than it was. cockatiel waits for another hour.",
  },
  {
    name: "four failures, an hour without calls, one failure",
    rule: "five in 5 s",
    steps: ["fail", "wait 1", "fail", "wait 1", "fail", "wait 1", "fail", "wait 3600", "fail"],
    why: "cockatiel's window moves only when calls come in, so the failures of an hour ago still count.",
  },
];
