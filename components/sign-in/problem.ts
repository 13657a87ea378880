export interface Problem {
  title: string;
  text: string;
}

const TIMING = ["saml.expired", "saml.replayed", "saml.timeless"];

/** What went wrong while signing in, by the code the server gives; nothing of what was sent is repeated. */
export function explainProblem(code: string): Problem {
  if (TIMING.includes(code))
    return { title: "That sign-in took too long", text: "Begin again; it works once and for a few minutes." };
  if (code === "saml.other_browser")
    return {
      title: "That sign-in began somewhere else",
      text: "Begin and finish in the same browser, with cookies allowed.",
    };
  if (code === "saml.not_yet")
    return {
      title: "Two clocks disagree",
      text: "The identity provider’s clock is ahead of the panel’s. Tell an administrator.",
    };
  if (code.startsWith("saml."))
    return { title: "That sign-in was not accepted", text: "Begin again. If it happens again, tell an administrator." };
  return { title: "Signing in did not work", text: "A part of the panel did not answer. Try again in a minute." };
}
