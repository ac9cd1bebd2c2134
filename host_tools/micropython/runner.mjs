// SPDX-License-Identifier: MIT
// Runs Python on MicroPython's WebAssembly build: a job on stdin, what it printed on stdout.
//
// Job: {"heap": bytes, "files": {path: base64}, "steps": [source, ...]}. Each step is one call
// from outside, and only between calls can this build collect garbage. The exit code is 1, with
// the traceback on stderr, if a step raises.
import fs from "node:fs";
import {
    loadMicroPython,
} from "@micropython/micropython-webassembly-pyscript/micropython.mjs";

const job = JSON.parse(fs.readFileSync(0, "utf8"));
const python = await loadMicroPython({
    heapsize: job.heap,
    linebuffer: false,
    stdout: (bytes) => fs.writeSync(1, bytes),
});

for (const [path, content] of Object.entries(job.files)) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    python.FS.mkdirTree(folder);
    python.FS.writeFile(path, Buffer.from(content, "base64"));
}

for (const step of job.steps) {
    try {
        python.runPython(step);
    } catch (error) {
        console.error(String(error.message ?? error));
        process.exit(1);
    }
}
