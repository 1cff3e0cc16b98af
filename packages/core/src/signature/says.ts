// Reads from an outcome's words what it says about itself. The tables are short: users declare a
// tool with other words (`policy`, `isFailure`, `normalizeResult`). A wrong word makes guard
// patient or late, never blind.

const longestPending = 1_500;
const pendingWords =
  /\b(?:pending|running|in[ _-]?progress|(?:en)?queued|scheduled|processing|not (?:yet|(?:yet )?(?:ready|done|finished|complete[d]?))|still|waiting|starting|initiali[sz]ing|preparing|provisioning|creating|building|compiling|deploying|installing|loading|uploading|downloading|syncing|warming up|booting|please wait|working|awaiting|under way|no new (?:data|events|lines|logs|messages|output|results|updates)|no (?:\w+ ){1,3}yet)\b/i;

/** A status that ends in -ing means that work goes on: `state: "modifying"`, a lone `Terminating`. */
const pendingStatus =
  /(?:\b(?:phase|stage|state|status)\w*["']?\s*[:=]\s*["']?(?:\w+ )?|^\W*)(?!existing|failing|missing|nothing|string|warning)\w{3,}ing\W*(?:$|["',;\n])/i;

/** Not yet: the work goes on. */
export function isPending(said: string): boolean {
  if (said.length > longestPending) return false;
  // Platforms write a status in one word: ContainerCreating.
  const words = said.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ");
  return pendingWords.test(words) || pendingStatus.test(words);
}

const longestEmpty = 400;
const nothingThere =
  /^\s*(?:|\[\s*\]|\{\s*\}|""|null|none|undefined|0 (?:results?|rows?|matches|hits)\b.{0,80}|(?:sorry,? )?(?:there (?:are|is|were|was) )?no\b.{0,40}\b(?:data|match(?:es)?|results?|records?|rows?|entries|hits|documents?|items?|references?)\b.{0,80}|nothing (?:was )?found.{0,80})\s*$/is;

/** Nothing is there. A longer text is no empty answer. */
export function isEmpty(said: string): boolean {
  return said.length <= longestEmpty && nothingThere.test(said);
}

const longestNotFound = 300;
const notFound =
  /\b(?:404|(?<!command )not[ _-]?found|no such|doesn't exist|does not exist|unknown (?:id|item|key|name|user)|sold out|no longer available|ENOENT|ENOTFOUND|NXDOMAIN)\b/i;

/** Something does not exist. For a question that is an answer. */
export function isNotFound(said: string): boolean {
  return said.length <= longestNotFound && notFound.test(said);
}

const foundNothing =
  /\bno\b.{0,40}\b(?:found|match(?:es|ed)?|results?|records?|rows?|data|entries|hits|with (?:that|this))\b/i;

/** A short failure that reports that nothing was found. */
export function findsNothing(said: string): boolean {
  return said.length <= longestNotFound && foundNothing.test(said);
}

const refusal =
  /^\s*(?:error\b.{0,300}|.{0,100}\b(?:4\d\d|5\d\d|denied|forbidden|blocked|invalid|unauthori[sz]ed|command not found|not permitted|not allowed|timed? ?out|connection refused)\b.{0,200})\s*$/is;

/** A short text that reports a refusal or an error. */
export function isRefusal(said: string): boolean {
  return said.length <= longestEmpty && refusal.test(said) && !isNotFound(said);
}

const longestDone = 120;
const done =
  /^\s*(?:|""|ok(?:ay)?|done|true|\{\s*\}|null|none|undefined|(?:\{\s*"?)?(?:success|ok|status|result)"?\s*:\s*"?(?:true|ok|done|success)"?\s*\}?|success(?:ful(?:ly)?)?\b.{0,80}|(?:added|applied|clicked|closed|created|deleted|drained|dragged|entered|executed|filled|hovered|inserted|moved|muted|navigated|opened|pressed|pushed|redone|removed|rotated|saved|scrolled|selected|sent|set|started|stopped|submitted|swiped|switched|tapped|toggled|turned|typed|undone|undid|updated|wrote|written|zoomed)\b.{0,110})[.!]?\s*$/is;

/** Done, and nothing more: other calls show the effect. */
export function isAcknowledging(said: string): boolean {
  return said.length <= longestDone && done.test(said);
}

/** Failures after which a good client tries again. */
const passesByItself =
  /\b(?:429|503|529|rate.?limit\w*|too many requests|overloaded|temporar(?:y|ily)|timed? ?out|try again later|ECONNRESET|ETIMEDOUT)\b/i;

export function isTransient(said: string): boolean {
  return passesByItself.test(said);
}
