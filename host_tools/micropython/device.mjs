// SPDX-License-Identifier: MIT
// A board on a TCP port: MicroPython's WebAssembly build with its real prompt, raw mode included.
//
// Job on the first line of stdin: {"files": {path: base64}, "window_ms": n, "lose_after": bytes}.
// It prints the number of its port. Like a board it starts with a window in which Ctrl-C gets in,
// then runs boot.py and main.py, then shows the prompt. machine.reset() (files bring the module)
// calls boardReset() here. lose_after: once, that many bytes after a connection, it breaks it.
// Ends with stdin.
import net from "node:net";
import readline from "node:readline";
import {
    loadMicroPython,
} from "@micropython/micropython-webassembly-pyscript/micropython.mjs";

const CTRL_C = 3;
const RAW_PASTE = [5, 65, 1]; // Ctrl-E A Ctrl-A
let python = null;
let socket = null;
let job = null;
let starting = false;
let interrupted = false;
let resetAsked = false;
let received = 0;
let pasted = 0;

function say(bytes) {
    if (socket && !resetAsked) socket.write(bytes);
}

function saved(folder, files) {
    for (const name of python.FS.readdir(folder)) {
        const path = folder === "/" ? "/" + name : folder + "/" + name;
        if ([".", ".."].includes(name) || ["/dev", "/proc", "/tmp", "/home"].includes(path)) continue;
        if (python.FS.isDir(python.FS.stat(path).mode)) saved(path, files);
        else files[path] = Buffer.from(python.FS.readFile(path)).toString("base64");
    }
    return files;
}

function runFile(path) {
    if (!python.FS.analyzePath(path).exists) return true;
    try {
        python.runPython(`exec(open(${JSON.stringify(path)}).read(), globals())`);
        return true;
    } catch (error) {
        say(Buffer.from(String(error.message ?? error).replaceAll("\n", "\r\n") + "\r\n"));
        return false;
    }
}

async function boot() {
    starting = true;
    const files = python ? saved("/", {}) : job.files;
    interrupted = false;
    python = await loadMicroPython({heapsize: 512 * 1024, linebuffer: false, stdout: say});
    for (const [path, content] of Object.entries(files)) {
        python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")) || "/");
        python.FS.writeFile(path, Buffer.from(content, "base64"));
    }
    python.runPython("import sys; sys.path.append('/lib')");
    resetAsked = false;
    say(Buffer.from("rst:0x1 (POWERON_RESET),boot:0x13\r\n"));
    const end = Date.now() + job.window_ms;
    while (Date.now() < end && !interrupted) await new Promise((go) => setTimeout(go, 5));
    if (interrupted) say(Buffer.from("KeyboardInterrupt: \r\n"));
    else if (runFile("/boot.py")) runFile("/main.py");
    python.replInit();
    starting = false;
    if (resetAsked) await boot();
}

globalThis.boardReset = () => {
    resetAsked = true;
};

// Raw paste reads the port by itself, which this build cannot: it is answered with "known, but
// not here", as boards without it do.
function isRawPaste(byte) {
    if (byte !== RAW_PASTE[pasted]) {
        pasted = 0;
        return false;
    }
    pasted = (pasted + 1) % RAW_PASTE.length;
    if (pasted === 0) say(Buffer.from("R\x00"));
    return true;
}

function take(byte) {
    if (starting) {
        interrupted ||= byte === CTRL_C;
        return;
    }
    if (isRawPaste(byte)) return;
    // Ctrl-D on the prompt would end this build; on a board it is a soft reset.
    python.replProcessChar(byte);
    if (resetAsked) boot();
}

const server = net.createServer((connection) => {
    socket?.destroy();
    socket = connection;
    received = 0;
    connection.setNoDelay(true);
    connection.on("error", () => {});
    connection.on("data", (bytes) => {
        received += bytes.length;
        if (job.lose_after && received > job.lose_after) {
            job.lose_after = 0;
            connection.destroy();
            return;
        }
        for (const byte of bytes) take(byte);
    });
});

const lines = readline.createInterface({input: process.stdin});
lines.once("line", async (line) => {
    job = JSON.parse(line);
    boot();
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));
});
lines.once("close", () => process.exit(0));
