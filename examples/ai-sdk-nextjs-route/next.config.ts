import type { NextConfig } from "next";

const config: NextConfig = {
  transpilePackages: ["@guard/ai-sdk", "@guard/core", "@guard/prices"], // in this repository they are TypeScript, published they are not
  typescript: { ignoreBuildErrors: true }, // `npm run typecheck` has looked already
};

export default config;
