// Progressive enhancement: every page also works without this script.
"use strict";

// A window inside a host's own pages: tells that page, and only if it is of the window's site, what was done.
const tellHost = (event) => {
  const { window: id, origin } = document.body.dataset;
  const host = window.opener ?? (window.parent === window ? null : window.parent);
  if (host && origin && event) host.postMessage({ source: "desktop-delivery", window: id, event }, origin);
};
if (document.body.dataset.origin) {
  tellHost(document.body.dataset.event || (document.body.dataset.window ? "shown" : ""));
  if (document.body.dataset.event === "done" && window.opener) window.close();
}

// The page of a window's address opens the window once somebody looks at it: not when it is rendered in advance.
for (const form of document.querySelectorAll("form[data-opens]")) {
  const open = () => {
    form.querySelector("button").disabled = true;
    form.submit();
  };
  if (document.prerendering) document.addEventListener("prerenderingchange", open, { once: true });
  else open();
}

// A button that copies the field next to it: <div class="copy"><input readonly><button hidden data-copy data-copied="…">
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = button.parentElement.querySelector("input");
  if (!field || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      const label = button.textContent;
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = label; }, 2000);
    } catch {
      // The text is selected, so that the user can copy it with the keyboard.
    }
  });
}

// Formats a size like the server (`Language::size_in_words`).
const formatSize = (bytes) => {
  const inFrench = document.documentElement.lang.startsWith("fr");
  const b = inFrench ? "o" : "B";
  const rounded = (unit) => {
    const tenths = Math.round(bytes / (unit / 10));
    const number = tenths >= 1e3 ? String(Math.round(bytes / unit)) : (tenths / 10).toFixed(1);
    return inFrench ? number.replace(".", ",") : number;
  };
  if (bytes < 1e3) {
    const one = inFrench ? bytes < 2 : bytes === 1;
    return `${bytes}\u00a0${inFrench ? "octet" : "byte"}${one ? "" : "s"}`;
  }
  if (bytes < 999_500) return `${Math.round(bytes / 1e3)}\u00a0k${b}`;
  return bytes < 999_500_000 ? `${rounded(1e6)}\u00a0M${b}` : `${rounded(1e9)}\u00a0G${b}`;
};

// Uploads chosen or dropped files one by one, each with its own description and progress bar.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const field = form.querySelector("input[type=file]");
  const zone = form.querySelector(".drop");
  const queue = form.querySelector("[data-queue]");
  const row = form.querySelector("template");
  const announcement = form.querySelector("[data-announcement]");
  const waiting = new Map();

  // Each file has its own description, so the shared field is hidden.
  form.querySelector("[data-plain]").hidden = true;
  form.querySelector("[data-droppable]").hidden = false;

  const report = (entry, message) => {
    entry.state.textContent = message;
    announcement.textContent = `${entry.file.name}: ${message}`;
  };

  const add = (file) => {
    const item = row.content.firstElementChild.cloneNode(true);
    const entry = {
      file, item,
      state: item.querySelector("[data-state]"),
      progress: item.querySelector("progress"),
      description: item.querySelector("[data-description]"),
      again: item.querySelector("[data-again]"),
      off: item.querySelector("[data-drop-one]"),
    };
    const id = `description-of-${queue.childElementCount}-${Date.now()}`;
    entry.description.id = id;
    item.querySelector("label").htmlFor = id;
    item.querySelector("[data-name]").textContent = file.name;
    item.querySelector("[data-size]").textContent = formatSize(file.size);
    entry.progress.setAttribute("aria-label", file.name);
    entry.off.setAttribute("aria-label", `${entry.off.textContent}: ${file.name}`);
    entry.off.addEventListener("click", () => {
      waiting.delete(item);
      item.remove();
      refresh();
      field.focus();
    });
    entry.again.addEventListener("click", () => send([entry]));
    waiting.set(item, entry);
    queue.append(item);
  };

  const refresh = () => {
    queue.hidden = queue.childElementCount === 0;
    field.required = waiting.size === 0;
  };

  const take = (files) => {
    for (const file of files) add(file);
    field.value = "";
    refresh();
  };

  field.addEventListener("change", () => take([...field.files]));
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });

  // Sends one file. Resolves to true if the file was attached.
  const sendOne = (entry) => new Promise((resolve) => {
    const messages = entry.state.dataset;
    const fail = (why) => {
      entry.progress.hidden = true;
      entry.state.className = "state";
      entry.again.hidden = entry.off.hidden = entry.description.disabled = false;
      report(entry, why);
      resolve(false);
    };
    entry.state.className = "";
    entry.again.hidden = true;
    if (entry.file.size > Number(form.dataset.max)) return fail(messages.tooLarge);
    entry.off.hidden = true;
    entry.description.disabled = true;
    entry.progress.hidden = false;
    entry.progress.value = 0;
    report(entry, messages.sending);
    const body = new FormData();
    body.append("form_key", form.elements.form_key.value);
    body.append("description", entry.description.value);
    body.append("downloads", form.elements.downloads.value);
    body.append("days", form.elements.days.value);
    body.append("file", entry.file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      entry.progress.value = event.loaded / event.total;
      if (event.loaded === event.total) report(entry, messages.storing);
    });
    request.addEventListener("error", () => fail(messages.interrupted));
    request.addEventListener("abort", () => fail(messages.interrupted));
    request.addEventListener("load", () => {
      let answer;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // The response is the sign-in page, the page of a window that has ended, or a proxy's error page.
        const isSignedOut = request.status === 200 || request.status === 410;
        return fail(isSignedOut ? messages.signedOut : messages.interrupted);
      }
      if (answer.attached !== 1) return fail(answer.failed?.[0] ?? messages.interrupted);
      waiting.delete(entry.item);
      entry.progress.value = 1;
      report(entry, [`${messages.attached}.`, ...answer.warnings].join(" "));
      tellHost("uploaded");
      resolve(true);
    });
    request.send(body);
  });

  // Reloads the list of files and the description of shipping.
  const reload = async () => {
    const answer = await fetch(location.pathname.replace(/\/upload$/, ""), { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["files", "ship"]) {
      const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (old && now) old.replaceWith(document.adoptNode(now));
    }
  };

  const send = async (entries) => {
    const button = form.querySelector("button:not([type])");
    button.disabled = true;
    const attached = [];
    for (const entry of entries) if (await sendOne(entry)) attached.push(entry);
    button.disabled = false;
    refresh();
    if (attached.length === 0) return;
    try {
      await reload();
      for (const entry of attached) entry.item.remove();
      refresh();
    } catch {
      // The page still shows the status of each file.
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send([...waiting.values()]);
  });
}

// A form with a live preview: <form data-preview="frame id"> with a button whose target is the frame.
for (const form of document.querySelectorAll("form[data-preview]")) {
  const frame = document.getElementById(form.dataset.preview);
  const button = form.querySelector("button[formtarget]");
  let waiting = 0;
  let latest = 0;
  const show = async () => {
    const turn = ++latest;
    const answer = await fetch(button.formAction, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Ignores outdated responses. Replaces only the body, so that the frame keeps its content security policy.
    if (answer.ok && turn === latest) frame.contentDocument.body.replaceWith(frame.contentDocument.adoptNode(fresh.body));
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show().catch(() => {}), 400);
  });
}
