// Starts the page from the parts of this file. Written by `glassboard.server.snapshot`, which puts it in as it is.
(() => {
  const nonce = document.currentScript.nonce;
  const say = (text) => {
    document.getElementById("app").textContent = text;
  };
  const element = (tag, text) => {
    const made = document.createElement(tag);
    made.nonce = nonce;
    made.textContent = text;
    return made;
  };
  const unpacked = async (id) => {
    const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (character) => character.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  const addressOf = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

  // Modules of a file may not be imported by address, and import each other in circles: an import map gives them names.
  const start = async () => {
    const { entry, modules } = JSON.parse(await unpacked("glassboard-page"));
    const names = new Set(Object.keys(modules));
    const imports = {};
    const workers = new Map();
    for (const [name, text] of Object.entries(modules)) {
      // What a module looks for beside itself (a worker) has a name there, though no address.
      const placed = text.replaceAll("import.meta.url", JSON.stringify(`https://glassboard.invalid/${name}`));
      const named = placed.replace(/(["'`])\.\/([\w.$-]+\.js)\1/g, (whole, quote, other) => (names.has(other) ? `${quote}glassboard/${other}${quote}` : whole));
      imports[`glassboard/${name}`] = addressOf(named);
      workers.set(name, text);
    }
    // A worker is started by the address beside its module, which a module without a place has not.
    const Built = globalThis.Worker;
    globalThis.Worker = class extends Built {
      constructor(address, options) {
        const text = workers.get(String(address).split("/").pop());
        super(text === undefined ? address : addressOf(text), options);
      }
    };
    const map = element("script", JSON.stringify({ imports }));
    map.type = "importmap";
    document.head.append(map);
    await import(`glassboard/${entry}`);
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (document.getElementById("glassboard-index") === null) {
      say("This file ends too early: it was not copied or downloaded to its end.");
    } else if (typeof DecompressionStream === "undefined" || !HTMLScriptElement.supports?.("importmap")) {
      say("This browser is too old to open a Glassboard snapshot: Chrome 89, Firefox 113 or Safari 16.4 can.");
    } else {
      start().catch((error) => say(`This snapshot could not be opened: ${error}`));
    }
  });
})();
