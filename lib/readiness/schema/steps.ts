import { z } from "zod";

export const surveyInput = z.object({
  serviceName: z.string().max(40),
  environment: z.string().max(20),
  stackName: z.string().max(80),
});
export type SurveyInput = z.output<typeof surveyInput>;
