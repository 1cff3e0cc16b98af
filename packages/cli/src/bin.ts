#!/usr/bin/env node
console.log("bin", process.cwd(), process.argv.slice(2));
