// Sending a report over a bad line: progress, a clear word when it fails, the same id when it is tried again.
const form = document.querySelector("[data-report]");
const problem = form.querySelector("[data-report-problem]");
const progress = form.querySelector("[data-report-progress]");
const button = form.querySelector("[type=submit]");
const KEY = "report-draft";
const KEPT = ["description", "address", "lon", "lat"];

// What was typed survives a closed tab until the server has acknowledged it.
try {
  const draft = JSON.parse(localStorage.getItem(KEY) || "null");
  if (draft && !form.elements.description.value) {
    for (const name of KEPT) if (!form.elements[name].value) form.elements[name].value = draft[name] ?? "";
    if (draft.step_id) form.elements.step_id.value = draft.step_id;
  }
} catch { /* no storage: nothing is kept, nothing breaks */ }

form.addEventListener("input", () => {
  const draft = { step_id: form.elements.step_id.value };
  for (const name of KEPT) draft[name] = form.elements[name].value;
  try { localStorage.setItem(KEY, JSON.stringify(draft)); } catch { /* as above */ }
});

// Only a media exposure has an outlet.
const source = form.elements.source, media = form.querySelector("[data-media]");
const showMedia = () => { media.hidden = source.value !== "media"; };
source.addEventListener("change", showMedia);
showMedia();

form.querySelector("[data-kind-filter]").addEventListener("input", (event) => {
  const text = event.target.value.trim();
  for (const group of form.querySelectorAll("[data-kind-group]")) {
    let any = false;
    for (const label of group.querySelectorAll("label")) {
      const match = !text || label.textContent.includes(text) || label.querySelector("input").checked;
      label.hidden = !match;
      any ||= match;
    }
    group.hidden = !any;
  }
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  problem.hidden = true;
  progress.hidden = false;
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.timeout = 120000;
  request.upload.onprogress = (now) => { if (now.lengthComputable) progress.value = (100 * now.loaded) / now.total; };
  request.onload = () => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* not ours: handled below */ }
    if (request.status === 200 && answer.url) {
      try { localStorage.removeItem(KEY); } catch { /* as above */ }
      location.assign(answer.url);
    } else {
      fail((answer.errors || ["系统暂时无法接收，内容还在本页，请稍后再点“上报”。"]).join(" "));
    }
  };
  request.onerror = request.ontimeout = () => fail("网络中断，还没有收到回执。内容保留在本页，网络恢复后再点“上报”，不会重复。");
  request.send(new FormData(form));
});

function fail(text) {
  button.removeAttribute("aria-busy");
  progress.hidden = true;
  problem.textContent = text;
  problem.hidden = false;
  problem.scrollIntoView({ block: "center" });
}
