import { Callout } from "../ui/callout.tsx";

/** Statements hold what rows hold. */
export const NotForViewers = () => (
  <Callout title="Your role does not read these">
    Their statements hold what is in production data. Staff, managers, database administrators and administrators read
    them.
  </Callout>
);
