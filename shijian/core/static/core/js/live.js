// The bell: the number of unread notices as it changes, and a word when a new one comes.
import { toast } from "app";

const bell = document.querySelector("[data-unread]");
let known = Number(bell.textContent || 0);
const stream = new EventSource(document.body.dataset.liveUrl, { withCredentials: true });

stream.addEventListener("notice", (event) => {
  const { unread } = JSON.parse(event.data);
  bell.textContent = unread > 99 ? "99+" : unread;
  bell.hidden = unread === 0;
  if (unread > known) {
    toast("您有新的通知，请点右上角铃铛查看。");
    for (const part of document.querySelectorAll("[data-live]")) part.dispatchEvent(new CustomEvent("refresh"));
  }
  known = unread;
});
window.addEventListener("pagehide", () => stream.close());
