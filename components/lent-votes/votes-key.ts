export const VOTES_KEY = ["delegations"];
