// Photo fields: previews, a size check at once, and a way to take one out again.
const MAX_MB = 20;

export function start() {
  for (const field of document.querySelectorAll("[data-upload]")) setUp(field);
  if (document.querySelector("[data-record]")) import("record").then((module) => module.start());
}

function setUp(field) {
  const input = field.querySelector("input[type=file]");
  const previews = field.querySelector("[data-previews]");
  const files = new DataTransfer();
  input.addEventListener("change", () => {
    for (const file of input.files) {
      if (file.size > MAX_MB * 2 ** 20) {
        complain(field, `“${file.name}”超过 ${MAX_MB} MB，未加入。请压缩后再传。`);
      } else {
        files.items.add(file);
      }
    }
    show();
  });

  function show() {
    input.files = files.files;
    previews.replaceChildren(...[...files.files].map((file, index) => {
      const box = document.createElement("figure");
      const image = preview(file);
      const remove = document.createElement("button");
      remove.type = "button";
      remove.textContent = "×";
      remove.setAttribute("aria-label", `移除 ${file.name}`);
      remove.onclick = () => { files.items.remove(index); show(); };
      box.append(image, remove);
      return box;
    }));
  }
}

// A picture, a film or a sound as itself, anything else by its name.
function preview(file) {
  const kind = file.type.split("/")[0];
  if (kind === "audio" || kind === "video") {
    const player = document.createElement(kind);
    player.src = URL.createObjectURL(file);
    player.controls = true;
    player.setAttribute("aria-label", file.name);
    return player;
  }
  if (kind !== "image") {
    const name = document.createElement("span");
    name.className = "tag";
    name.textContent = file.name;
    return name;
  }
  const image = document.createElement("img");
  image.src = URL.createObjectURL(file);
  image.alt = file.name;
  image.onload = () => URL.revokeObjectURL(image.src);
  return image;
}

function complain(field, text) {
  const note = document.createElement("p");
  note.className = "field-error";
  note.setAttribute("role", "alert");
  note.textContent = text;
  field.append(note);
  setTimeout(() => note.remove(), 8000);
}
