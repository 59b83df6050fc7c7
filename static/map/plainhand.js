/**
 * Hand and keyboard on the simpler map: drag, pinch, wheel, arrows, plus and minus, Enter, as MapLibre has them.
 *
 * @import {PlainCamera, Point} from "./plaincamera.js"
 */

const STEP_PX = 100; // Of an arrow key.
const SLACK_PX = 4; // A click may wander so far.
const WHEEL_PX = 300; // To one zoom.
const LINE_PX = 40; // Of a wheel that counts in lines.

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [STEP_PX, 0], ArrowRight: [-STEP_PX, 0], ArrowUp: [0, STEP_PX], ArrowDown: [0, -STEP_PX] };
/** @type {Record<string, number>} */
const ZOOMS = { "+": 1, "=": 1, "-": -1, _: -1 };

/**
 * @typedef {object} Hand
 * @property {() => void} moved  The camera looks elsewhere.
 * @property {(point: Point | null) => void} pointed
 * @property {(point: Point) => void} clicked
 * @property {() => void} entered  By keyboard, at the middle.
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {PlainCamera} camera
 * @param {Hand} hand
 * @param {AbortSignal} signal
 */
export function listenToHand(canvas, camera, hand, signal) {
  listenToPointers(canvas, camera, hand, signal);
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const down = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * LINE_PX;
    camera.zoomBy(-down / WHEEL_PX, { x: event.offsetX, y: event.offsetY });
    hand.moved();
  }, { signal, passive: false });
  canvas.addEventListener("dblclick", (event) => {
    camera.zoomBy(1, { x: event.offsetX, y: event.offsetY });
    hand.moved();
  }, { signal });
  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = ARROWS[event.key];
    const zoom = ZOOMS[event.key];
    if (step) camera.moveBy(...step);
    else if (zoom) camera.zoomBy(zoom);
    else if (event.key === "Enter") hand.entered();
    if (!step && !zoom) return;
    event.preventDefault();
    hand.moved();
  }, { signal });
}

/**
 * One pointer drags, two pinch, and what goes down and up at one spot is a click.
 * @param {HTMLCanvasElement} canvas
 * @param {PlainCamera} camera
 * @param {Hand} hand
 * @param {AbortSignal} signal
 */
function listenToPointers(canvas, camera, hand, signal) {
  /** @type {Map<number, Point>} */
  const down = new Map();
  let wandered = 0;

  /** @param {PointerEvent} event */
  function start(event) {
    if (event.button !== 0) return;
    if (down.size === 0) wandered = 0;
    down.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    canvas.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  function move(event) {
    const now = { x: event.offsetX, y: event.offsetY };
    const before = down.get(event.pointerId);
    if (!before) {
      hand.pointed(now);
      return;
    }
    wandered += Math.hypot(now.x - before.x, now.y - before.y);
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    down.set(event.pointerId, now);
    if (wandered <= SLACK_PX) return;
    camera.moveBy((now.x - before.x) / down.size, (now.y - before.y) / down.size);
    if (other) camera.zoomBy(Math.log2(apart(now, other) / apart(before, other)), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    hand.moved();
  }

  /** @param {PointerEvent} event */
  function end(event) {
    const known = down.delete(event.pointerId);
    if (known && event.type === "pointerup" && wandered <= SLACK_PX) hand.clicked({ x: event.offsetX, y: event.offsetY });
  }

  canvas.addEventListener("pointerdown", start, { signal });
  canvas.addEventListener("pointermove", move, { signal });
  canvas.addEventListener("pointerup", end, { signal });
  canvas.addEventListener("pointercancel", end, { signal });
  canvas.addEventListener("pointerleave", () => hand.pointed(null), { signal });
}

/**
 * @param {Point} one
 * @param {Point} other
 */
function apart(one, other) {
  return Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
}
