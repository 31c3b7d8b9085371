// Says clearly what an older browser lacks. Written so that older browsers read it.
var needs = [
  ["serviceWorker" in navigator, "Service Worker"],
  ["indexedDB" in window, "IndexedDB"],
  ["caches" in window, "Cache Storage"],
  ["locks" in navigator, "Web Locks"],
  ["createImageBitmap" in window, "createImageBitmap"],
  [typeof AbortSignal !== "undefined" && "timeout" in AbortSignal, "AbortSignal.timeout"],
  [typeof CompressionStream !== "undefined", "CompressionStream"],
];
var missing = needs.filter(function (one) { return !one[0]; }).map(function (one) { return one[1]; });
var place = document.querySelector("[data-floor]");
if (place && (missing.length || !window.isSecureContext)) {
  place.hidden = false;
  place.querySelector("[data-floor-why]").textContent = missing.concat(window.isSecureContext ? [] : ["https"]).join(", ");
}
// A script of the walk that never came, or that this browser cannot read: the forms stand in the page all the same.
addEventListener("load", function () {
  if (document.documentElement.classList.contains("has-script")) return;
  document.querySelectorAll("[data-closed] > noscript").forEach(function (text) {
    text.insertAdjacentHTML("afterend", text.textContent);
    text.parentNode.removeAttribute("data-closed");
    text.remove();
  });
});
export {};
