// From the photo as the camera gave it to the one that is kept: its hash, then at most 1600 pixels as a JPEG.
export const LONG = 1600; // pixels of the longer side
const QUALITY = 0.82;

export async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((one) => one.toString(16).padStart(2, "0")).join("");
}

// Width and height as it is looked at; null when this browser cannot read it. Nothing is unpacked for that.
async function measured(file) {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await new Promise((good, bad) => {
      image.onload = good;
      image.onerror = bad;
    });
    return image.naturalWidth ? { width: image.naturalWidth, height: image.naturalHeight } : null;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}

const DIRECTORY = 0x8769; // where the camera's own fields stand (Exif 2.32, 4.6.3)
const TAKEN = 0x9003; // DateTimeOriginal, "2026:03:01 10:11:12", without a zone
const OFFSET = 0x9011; // OffsetTimeOriginal, "+01:00"

// When the camera says that a JPEG was taken; null when it says nothing. A file from the library has no other truth:
// its own date is often that of the copy.
export function takenAt(bytes) {
  try {
    const view = new DataView(bytes);
    if (view.getUint16(0) !== 0xffd8) return null;
    for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      const marker = view.getUint8(at + 1);
      if (marker === 0xda) return null; // the picture itself begins
      if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) return moment(new DataView(bytes, at + 10));
    }
  } catch {
    // cut or made up
  }
  return null;
}

function moment(tiff) {
  const little = tiff.getUint16(0) === 0x4949;
  const two = (at) => tiff.getUint16(at, little);
  const four = (at) => tiff.getUint32(at, little);
  const entry = (start, tag) => {
    for (let at = start + 2, left = two(start); left; at += 12, left -= 1) if (two(at) === tag) return at;
    return 0;
  };
  const words = (at) => {
    if (!at) return "";
    const length = Math.min(four(at + 4), 32);
    const from = length > 4 ? four(at + 8) : at + 8;
    return Array.from({ length: length - 1 }, (_, index) => String.fromCharCode(tiff.getUint8(from + index))).join("");
  };
  const pointer = entry(four(4), DIRECTORY);
  if (!pointer) return null;
  const inside = four(pointer + 8);
  const found = words(entry(inside, TAKEN)).match(/^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/);
  if (!found) return null;
  const offset = words(entry(inside, OFFSET)).match(/^[+-]\d\d:\d\d$/)?.[0] ?? ""; // none: as the tablet's own clock
  const at = Date.parse(`${found[1]}-${found[2]}-${found[3]}T${found[4]}${offset}`);
  return Number.isFinite(at) ? at : null;
}

// Some tablets answer a photo that is too large for them with an empty picture instead of an error.
function blank(context, { width, height }) {
  const probe = document.createElement("canvas");
  probe.width = probe.height = 16;
  const small = probe.getContext("2d", { willReadFrequently: true });
  small.drawImage(context.canvas, 0, 0, width, height, 0, 0, 16, 16);
  const { data } = small.getImageData(0, 0, 16, 16);
  for (let at = 0; at < data.length; at += 4) if (data[at] || data[at + 1] || data[at + 2]) return false;
  return true;
}

// {bytes, type, width, height} of the scaled photo; null when it has to be kept as it came.
// The canvas is never larger than what comes out: iOS draws nothing above 16.7 megapixels.
async function drawnSmall(file, { width, height }) {
  const wide = width >= height;
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image", resizeQuality: "high", ...(wide ? { resizeWidth: LONG } : { resizeHeight: LONG }) });
  const canvas = document.createElement("canvas");
  try {
    if (Math.max(bitmap.width, bitmap.height) > LONG + 1) return null;
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    const context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    if (bitmap.width >= bitmap.height !== wide || blank(context, bitmap)) return null;
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (blob?.type !== "image/jpeg") return null;
    return { bytes: await blob.arrayBuffer(), type: "image/jpeg", width: canvas.width, height: canvas.height };
  } finally {
    bitmap.close();
    canvas.width = canvas.height = 0; // gives the memory back at once
  }
}

// What is kept of a file, with the hash of the original. Never fails for a photo: what cannot be scaled stays whole.
export async function taken(file) {
  const whole = await file.arrayBuffer();
  const original = { sha256: await sha256(whole), size: whole.byteLength, type: file.type, name: file.name };
  const at = takenAt(whole);
  const seen = await measured(file);
  let small = null;
  if (seen && (Math.max(seen.width, seen.height) > LONG || file.type !== "image/jpeg")) {
    small = await drawnSmall(file, seen).catch(() => null);
  }
  if (!small) return { bytes: whole, type: file.type || "application/octet-stream", width: 0, height: 0, ...seen, sha256: original.sha256, original, at };
  return { ...small, at, sha256: await sha256(small.bytes), original };
}
