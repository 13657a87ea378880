import { randomBytes } from "node:crypto";
import { listServices, removeService } from "#lib/integrations/docker/services.ts";
import { createSecret } from "#lib/integrations/docker/swarm.ts";
import { createTestContext, type TestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { LABELS, STACK_LABEL } from "./names.ts";
import { removeStack } from "./remove-stack.ts";
import { type StackInput, stackInputSchema } from "./schema.ts";

/** A stack of its own name, so that tests at the same time never meet. */
export function createStackInput(image: string, app: Partial<StackInput["app"]> = {}): StackInput {
  const serviceName = `t-${randomBytes(4).toString("hex")}`;
  return stackInputSchema.parse({
    stackName: `${serviceName}-production`,
    serviceName,
    environment: "production",
    networkName: `${serviceName}-production_default`,
    app: {
      image,
      replicas: 1,
      env: {},
      secrets: [],
      ports: [],
      mounts: [],
      healthCheck: null,
      cpus: null,
      memoryMb: 64,
      placement: {},
      ...app,
    },
    database: null,
  });
}

/** The same with a database, whose two secrets are put into the swarm. */
export async function addDatabase(
  input: StackInput,
  engine: "mariadb" | "mysql" | "postgresql",
  image: string,
): Promise<StackInput> {
  const passwordSecret = `services.${input.serviceName}.db_pass`;
  const rootPasswordSecret = `services.${input.serviceName}.db_root_pass`;
  for (const name of [passwordSecret, rootPasswordSecret]) {
    const labels = { [LABELS.service]: input.serviceName, [LABELS.secret]: name, [LABELS.secretVersion]: "1" };
    await createSecret({ name, value: Buffer.from(`pw-${name}`), labels }, AbortSignal.timeout(10_000));
  }
  return {
    ...input,
    database: {
      engine,
      image,
      volumeName: `${input.stackName}_db_data`,
      databaseName: "notes",
      userName: "notes",
      passwordSecret,
      rootPasswordSecret,
      memoryMb: null,
    },
  };
}

export const contextFor = (input: StackInput, options: TestContextOptions = {}): TestContext =>
  createTestContext({ environment: input.environment, ...options });

/** Takes away what a test left of a stack, through the ledger and, for what is not in it, by label. */
export async function clearStack(input: StackInput, test: TestContext): Promise<void> {
  await removeStack([...test.ledger.values()], input, test.next().ctx);
  const signal = AbortSignal.timeout(60_000);
  for (const service of await listServices([`${STACK_LABEL}=${input.stackName}`], signal))
    await removeService(service.ID, signal);
}
