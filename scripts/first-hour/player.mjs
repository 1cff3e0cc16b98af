// Makes mistakes, one after the other, and prints what each of them printed: a line of JSON for each file that it is
// given. Runs in the user's project.
const report = process.stdout.write.bind(process.stdout);
let printed = "";
const print = (text) => {
  printed += text;
  return true;
};
process.stdout.write = print;
process.stderr.write = print;
process.on("unhandledRejection", ({ message }) => print(`${message}\n`));

for (const file of process.argv.slice(2)) {
  printed = "";
  try {
    await import(file);
  } catch ({ message }) {
    print(message);
  }
  await new Promise(setImmediate);
  report(`${JSON.stringify(printed)}\n`);
}
process.exit();
