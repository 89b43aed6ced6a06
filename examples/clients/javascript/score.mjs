// Scores the front desk through `capaian serve-stdio`, from JavaScript. No packages.
//
//     node score.mjs [EVIDENCE.json] [POLICY.toml]
//
// CAPAIAN names the command, where it is not `capaian` on the path. Identifiers and scores are
// strings from end to end: an 18-digit NIP is no number that JavaScript has.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** One running `capaian serve-stdio`: requests go in, the lines of their answers come out. */
class Capaian {
  #process;
  #lines;
  #asked = 0;

  constructor(command) {
    // What it says to people (nothing, unless it cannot start) goes to our own standard error.
    this.#process = spawn(`${command} serve-stdio`, {
      shell: true,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#process.stdin.on("error", () => {}); // it has ended: `ask` says so
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Asks, and yields each line of the answer but the last. */
  async *ask(request) {
    const id = String((this.#asked += 1));
    this.#process.stdin.write(`${JSON.stringify({ ...request, id })}\n`);
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error("capaian ended before it had answered");
      const answer = JSON.parse(value);
      if (answer.kind === "error") throw new Error(`${answer.code} ${answer.text}`);
      if (answer.kind === "end") return;
      yield answer;
    }
  }

  async close() {
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await once(this.#process, "exit");
    return this.#process.exitCode;
  }
}

const beside = (path) => fileURLToPath(new URL(path, import.meta.url));
const [evidence, policy] = process.argv.slice(2);
const capaian = new Capaian(process.env.CAPAIAN ?? "capaian");
const row = (...cells) => `${cells[0].padEnd(20)} ${cells[1].padStart(8)}  ${cells[2]}`;

try {
  const answers = capaian.ask({
    request: "score",
    policy: policy ?? beside("../../../docs/start/front-desk.toml"),
    period: "2026-01",
    as_of: "2026-02-01",
    language: "id",
    evidence: JSON.parse(await readFile(evidence ?? beside("../evidence.json"), "utf8")),
  });
  for await (const answer of answers) {
    if (answer.kind === "head") {
      console.log(row("NIP", "nilai", "predikat"));
      continue;
    }
    const { subject, score, band, status } = answer.score;
    if (typeof subject !== "string" || typeof (score ?? "") !== "string") {
      throw new Error("an identifier or a score is not text");
    }
    console.log(row(subject, score ?? "-", band ?? status));
  }
  process.exitCode = await capaian.close();
} catch (error) {
  console.error(error.message);
  await capaian.close();
  process.exitCode = 1;
}
