/** Takes the place of express, which serves the page only: no simulated client asks for it. */
type Next = () => void;
const pass = (_request: unknown, _response: unknown, next: Next) => next();
const application: { disable(): unknown; use(): unknown } & typeof pass = Object.assign(pass, {
  disable: () => application,
  use: () => application,
});
export const Router = () => application;
export default Object.assign(() => application, { static: () => pass });
