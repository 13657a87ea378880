export type Progress = {
  /** Does one step, saying how long it took; what it returns may be a note to show beside it. */
  step: <T>(title: string, work: () => Promise<T>, note?: (result: T) => string) => Promise<T>;
  log: (line: string) => void;
};

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** Steps on a terminal or in a log file: one line each, with details below while they are worth reading. */
export function createProgress(
  total: number,
  write: (text: string) => void = (text) => process.stdout.write(text),
): Progress {
  let number = 0;
  return {
    log: (line) => write(`        ${line}\n`),
    step: async (title, work, note) => {
      number += 1;
      const label = `[${String(number).padStart(String(total).length)}/${total}] ${title}`;
      write(`${label} …\n`);
      const began = Date.now();
      try {
        const result = await work();
        write(`        done in ${seconds(Date.now() - began)}${note ? `, ${note(result)}` : ""}\n`);
        return result;
      } catch (error) {
        write(`        failed after ${seconds(Date.now() - began)}\n`);
        throw error;
      }
    },
  };
}
