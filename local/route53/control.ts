import { z } from "zod";
import type { ApiContext } from "./api-server.ts";
import { FaultPlan } from "./faults.ts";

const Reset = z.strictObject({ accessKeyId: z.string().optional(), zones: z.boolean().default(false) });

export interface ControlAnswer {
  status: number;
  value: unknown;
}

const answer = (status: number, value: unknown): ControlAnswer => ({ status, value });

/**
 * What tests steer the stand-in with:
 * `GET /_control/health`, `GET|PUT|DELETE /_control/faults`, `GET|DELETE /_control/counters`, `POST /_control/reset`.
 * `?accessKeyId=` limits reading and deleting to one key.
 */
export function handleControl(
  { store, faults, counters, options }: ApiContext,
  method: string,
  url: URL,
  body: string,
): ControlAnswer {
  const accessKeyId = url.searchParams.get("accessKeyId") ?? undefined;
  try {
    switch (`${method} ${url.pathname.slice("/_control/".length)}`) {
      case "GET health":
        return answer(200, { ok: true, zones: store.listZones().map(({ id, name }) => ({ id, name })) });
      case "GET faults":
        return answer(200, faults.list());
      case "PUT faults":
      case "POST faults":
        faults.set(FaultPlan.parse(JSON.parse(body)));
        return answer(200, faults.list());
      case "DELETE faults":
        faults.clear(accessKeyId);
        return answer(200, faults.list());
      case "GET counters":
        return answer(200, counters.read(accessKeyId));
      case "DELETE counters":
        counters.clear(accessKeyId);
        return answer(200, counters.read(accessKeyId));
      case "POST reset": {
        const reset = Reset.parse(body === "" ? {} : JSON.parse(body));
        faults.clear(reset.accessKeyId);
        counters.clear(reset.accessKeyId);
        if (reset.zones) {
          store.clear();
          options.reseed();
        }
        return answer(200, { ok: true });
      }
      default:
        return answer(404, { error: `No such control: ${method} ${url.pathname}` });
    }
  } catch (error) {
    return answer(400, { error: error instanceof Error ? error.message : String(error) });
  }
}
