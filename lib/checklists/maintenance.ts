interface Around {
  /** Keys of what has to be done before. */
  dependsOn?: readonly string[];
}

/** The item that keeps a service's monitors quiet from here on; put `resumeMonitors` after the last risky item. */
export const pauseMonitors = ({ dependsOn = [], minutes, reason }: Around & { minutes: number; reason?: string }) => ({
  key: "pause-monitors",
  step: "watching.pause",
  about: "Pause its monitors",
  dependsOn,
  title: () => "Pause its monitors while it is worked on",
  input: () => ({ minutes, ...(reason === undefined ? {} : { reason }) }),
});

/** The run's end does the same, whatever that is. */
export const resumeMonitors = ({ dependsOn = [] }: Around) => ({
  key: "resume-monitors",
  essential: true as const,
  step: "watching.resume",
  about: "Resume its monitors",
  dependsOn,
  title: () => "Resume its monitors",
});
