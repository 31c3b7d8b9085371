// What a pen drew: to plain numbers and back, and as SVG. The same rules as auditapp/kit/strokes.py.
const WIDE = 1000; // units across; one unit is a thousandth of the width that was drawn on
const DEEPEST = 4000;
const SVG = "http://www.w3.org/2000/svg";
export const INKS = { red: "#d4001a", yellow: "#ffd400", blue: "#0058d8", black: "#111111", white: "#ffffff" };

const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));

// From signature_pad's toData() on a canvas `width` CSS pixels wide.
export function plain(data, width) {
  const scale = WIDE / width;
  return data.map((group) => {
    const points = [];
    for (const { x, y } of group.points) {
      const point = [within(x * scale, WIDE), within(y * scale, DEEPEST)];
      const last = points.at(-1);
      if (!last || last[0] !== point[0] || last[1] !== point[1]) points.push(point);
    }
    const ink = Object.keys(INKS).find((name) => INKS[name] === group.penColor) ?? "black";
    return { ink, points };
  }).filter((stroke) => stroke.points.length);
}

// Back to signature_pad's fromData() on a canvas `width` CSS pixels wide, drawn with a pen `pen` pixels wide.
export function data(strokes, width, pen) {
  const scale = width / WIDE;
  return strokes.map(({ ink, points }) => ({
    penColor: INKS[ink] ?? INKS.black,
    dotSize: pen / 2,
    minWidth: pen / 2,
    maxWidth: pen / 2,
    velocityFilterWeight: 0.7,
    compositeOperation: "source-over",
    points: points.map(([x, y], index) => ({ x: x * scale, y: y * scale, pressure: 0.5, time: index * 20 })),
  }));
}

export function path(points) {
  const [first, ...more] = points;
  if (!first) return "";
  if (!more.length) return `M${first[0]} ${first[1]}h1`;
  let d = `M${first[0]} ${first[1]}`;
  for (let index = 0; index < more.length - 1; index += 1) {
    const [x, y] = more[index];
    const [toX, toY] = more[index + 1];
    d += `Q${x} ${y} ${Math.floor((x + toX) / 2)} ${Math.floor((y + toY) / 2)}`;
  }
  const [x, y] = more.at(-1);
  return `${d}L${x} ${y}`;
}

// An <svg> to lie over a picture of these proportions, or (without them) just around the strokes.
export function drawing(strokes, { width, height, label = "" } = {}) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "strokes");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("viewBox", width ? `0 0 ${WIDE} ${Math.round((WIDE * height) / width)}` : around(strokes));
  for (const { ink, points } of strokes) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", path(points));
    line.setAttribute("stroke", INKS[ink] ?? INKS.black);
    svg.append(line);
  }
  return svg;
}

function around(strokes, margin = 12) {
  const points = strokes.flatMap((stroke) => stroke.points);
  if (!points.length) return `0 0 ${WIDE} ${WIDE / 4}`;
  const [left, top] = [0, 1].map((axis) => Math.min(...points.map((point) => point[axis])) - margin);
  const [right, bottom] = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis])) + margin);
  return `${left} ${top} ${right - left} ${bottom - top}`;
}
