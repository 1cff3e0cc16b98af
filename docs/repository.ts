// The address of the repository, as the root manifest gives it. Nothing else may know another.
import manifest from "../package.json" with { type: "json" };

/** `https://github.com/OWNER/NAME` */
export const repository: string = manifest.repository.url.replace(/^git\+(.*)\.git$/, "$1");
