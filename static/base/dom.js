/**
 * Makes elements. Text from data goes in as text nodes only, so no name can ever become markup.
 */

/** @typedef {Record<string, string | number | boolean | undefined>} Attributes  False and undefined: not set. */

/**
 * An HTML element with its attributes and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/**
 * An SVG element with its attributes and children.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/**
 * @param {Element} element
 * @param {Attributes} attributes
 */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== (value === true ? "" : String(value))) element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * Puts text into an element that holds nothing else. What is the same is left alone: whatever is written is laid out anew.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  const only = element.firstChild;
  if (only instanceof Text && only === element.lastChild) {
    if (only.data !== text) only.data = text;
  } else if (only || text !== "") {
    element.textContent = text;
  }
}

/**
 * Gives an element children of which only those that differ from the ones it has are touched. For what listens to nothing:
 * an element that stays keeps its own listeners.
 * @param {Element} element
 * @param {(Node | string)[]} children
 */
export function renew(element, children) {
  for (const [index, child] of children.entries()) {
    const old = element.childNodes[index];
    const text = child instanceof Text ? child.data : child;
    if (!old) element.append(child);
    else if (typeof text === "string" && old instanceof Text) {
      if (old.data !== text) old.data = text;
    } else if (old instanceof Element && child instanceof Element && alike(old, child)) renew(old, [...child.childNodes]);
    else old.replaceWith(child);
  }
  while (element.childNodes.length > children.length) element.lastChild?.remove();
}

/**
 * Whether two elements differ in nothing but what they hold.
 * @param {Element} one
 * @param {Element} other
 */
function alike(one, other) {
  return one.cloneNode(false).isEqualNode(other.cloneNode(false));
}

/**
 * The element that index.html is known to have.
 * @param {string} id
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no element with the id "${id}".`);
  return element;
}
