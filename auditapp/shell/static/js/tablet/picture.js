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
  const seen = await measured(file);
  let small = null;
  if (seen && (Math.max(seen.width, seen.height) > LONG || file.type !== "image/jpeg")) {
    small = await drawnSmall(file, seen).catch(() => null);
  }
  if (!small) return { bytes: whole, type: file.type || "application/octet-stream", width: 0, height: 0, ...seen, sha256: original.sha256, original };
  return { ...small, sha256: await sha256(small.bytes), original };
}
