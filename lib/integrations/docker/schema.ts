import { z } from "zod";

/** What we rely on in Docker's answers; the rest passes through untouched. Go writes absent maps and lists as null. */
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

const text = z.string().default("");

export const serviceSchema = z.looseObject({
  ID: z.string(),
  Version: z.object({ Index: z.number() }),
  UpdatedAt: text,
  Spec: z.looseObject({
    Name: z.string(),
    Labels: labels,
    TaskTemplate: z.looseObject({ ContainerSpec: z.looseObject({ Image: text }).optional() }),
    Mode: z.looseObject({ Replicated: z.looseObject({ Replicas: z.number().default(0) }).optional() }).default({}),
  }),
  UpdateStatus: z.looseObject({ State: text, Message: text, StartedAt: text }).optional(),
  ServiceStatus: z.object({ RunningTasks: z.number().default(0), DesiredTasks: z.number().default(0) }).optional(),
});
export type DockerService = z.output<typeof serviceSchema>;

export const taskSchema = z.looseObject({
  ID: z.string(),
  Version: z.object({ Index: z.number() }),
  CreatedAt: z.string(),
  UpdatedAt: z.string(),
  ServiceID: text,
  NodeID: text,
  Slot: z.number().default(0),
  DesiredState: z.string(),
  Spec: z.looseObject({ ContainerSpec: z.looseObject({ Image: text }).optional() }),
  SpecVersion: z.object({ Index: z.number() }).optional(),
  Status: z.looseObject({
    State: z.string(),
    Timestamp: text,
    Message: text,
    Err: text,
    ContainerStatus: z.looseObject({ ContainerID: text, ExitCode: z.number().default(0) }).nullish(),
  }),
});
export type DockerTask = z.output<typeof taskSchema>;

export const nodeSchema = z.looseObject({
  ID: z.string(),
  Spec: z.looseObject({ Role: text, Availability: text, Labels: labels }),
  Description: z.looseObject({ Hostname: text }).default({ Hostname: "" }),
  Status: z.looseObject({ State: text }),
});
export type DockerNode = z.output<typeof nodeSchema>;

export const secretSchema = z.looseObject({
  ID: z.string(),
  Spec: z.looseObject({ Name: z.string(), Labels: labels }),
});
export type DockerSecret = z.output<typeof secretSchema>;

export const networkSchema = z.looseObject({ Id: z.string(), Name: z.string(), Driver: text, Labels: labels });
export type DockerNetwork = z.output<typeof networkSchema>;

export const volumeSchema = z.looseObject({ Name: z.string(), Driver: text, Labels: labels });
export type DockerVolume = z.output<typeof volumeSchema>;

export const containerSchema = z.looseObject({
  Id: z.string(),
  Name: text,
  Image: text,
  State: z.looseObject({
    Status: text,
    Running: z.boolean().default(false),
    ExitCode: z.number().default(0),
    /** Something in it, not always its own program, was killed for want of memory. */
    OOMKilled: z.boolean().default(false),
    StartedAt: text,
  }),
  Config: z.looseObject({ Labels: labels, Image: text }),
});
export type DockerContainer = z.output<typeof containerSchema>;

export const distributionSchema = z.looseObject({ Descriptor: z.looseObject({ digest: z.string() }) });

export const eventSchema = z.looseObject({
  Type: text,
  Action: text,
  Actor: z.looseObject({ ID: text, Attributes: labels }).optional(),
});
export type DockerEvent = z.output<typeof eventSchema>;
