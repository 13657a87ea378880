/** What a monitor is called where people see it beside others. */
export const nameMonitor = ({ service, environment }: { service: string; environment: string }): string =>
  environment === "production" ? service : `${service} (${environment})`;
