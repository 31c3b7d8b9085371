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
export {};
