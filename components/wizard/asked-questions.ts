import type { GroupKey } from "#lib/services/constants.ts";
import type { AnswerGroup } from "#lib/services/schema/answers.ts";
import { findGroup } from "#lib/services/schema/answers.ts";
import type { Question } from "#lib/services/schema/define-group.ts";
import type { GroupAnswers } from "./edits.ts";

type Rule = (answers: GroupAnswers) => boolean;

const onSwarm: Rule = ({ placement }) => placement.method === "swarm";
const onNixos: Rule = (answers) => !onSwarm(answers);
const onHttp: Rule = (answers) => onSwarm(answers) && answers.placement.healthKind === "http";
const onCommand: Rule = (answers) => onSwarm(answers) && answers.placement.healthKind === "command";
const onHealth: Rule = (answers) => onSwarm(answers) && answers.placement.healthKind !== "none";
const hasDatabase: Rule = ({ data }) => data.database !== "none";
const hasFiles: Rule = ({ data }) => data.filesFolder === true;
const hasVolumes: Rule = (answers) =>
  onSwarm(answers) && Array.isArray(answers.placement.volumes) && answers.placement.volumes.length > 0;
const isPublic: Rule = ({ exposure }) => exposure.audience === "public";
const isWatched: Rule = ({ watching }) => watching.monitored === true;

/** Questions that are asked only when an earlier answer makes them matter. */
const RULES: Readonly<Record<string, Rule>> = {
  "placement.nixosPackage": onNixos,
  "placement.nixosChannel": onNixos,
  "placement.nixosModule": onNixos,
  "placement.nixosHost": onNixos,
  "placement.nixosOptions": onNixos,
  "placement.image": onSwarm,
  "placement.nodeRule": onSwarm,
  "placement.nodeLabel": (answers) => onSwarm(answers) && answers.placement.nodeRule === "label",
  "placement.nodeHostname": (answers) => onSwarm(answers) && answers.placement.nodeRule === "hostname",
  "placement.ports": onSwarm,
  "placement.replicas": onSwarm,
  "placement.memoryMb": onSwarm,
  "placement.cpus": onSwarm,
  "placement.healthKind": onSwarm,
  "placement.healthPath": onHttp,
  "placement.healthPort": onHttp,
  "placement.healthCommand": onCommand,
  "placement.healthIntervalS": onHealth,
  "placement.healthTimeoutS": onHealth,
  "placement.healthRetries": onHealth,
  "placement.healthStartPeriodS": onHealth,
  "placement.volumes": onSwarm,
  "placement.env": onSwarm,
  "signIn.ssoNote": ({ signIn }) => signIn.sso !== "none",
  "data.databaseSizeGb": hasDatabase,
  "data.databaseMemoryMb": hasDatabase,
  "data.filesTarget": hasFiles,
  "data.filesUid": hasFiles,
  "data.filesGid": hasFiles,
  "data.filesMode": hasFiles,
  "exposure.defaultHostname": isPublic,
  "exposure.directHostname": isPublic,
  "exposure.extraHostnames": isPublic,
  "exposure.certificate": isPublic,
  "watching.checkPath": isWatched,
  "watching.expectedStatus": isWatched,
  "watching.monitors": isWatched,
  "notifications.sender": ({ notifications }) => notifications.channel === "smtp",
  "notifications.topic": ({ notifications }) => notifications.channel === "ntfy",
  "backups.takeFirst": (answers) => hasDatabase(answers) || hasFiles(answers) || hasVolumes(answers),
  "backups.hour": ({ backups }) => backups.schedule === "daily" || backups.schedule === "weekly",
  "backups.timeZone": ({ backups }) => backups.schedule !== "none",
  "backups.keepDays": ({ backups }) => backups.schedule !== "none",
};

/** The questions of a group that matter, given the answers so far. */
export function askedQuestions(group: AnswerGroup, answers: GroupAnswers): readonly Question[] {
  const { questions } = findGroup(group as GroupKey) ?? { questions: [] };
  return questions.filter((question) => RULES[`${group}.${question.field}`]?.(answers) ?? true);
}

/** The first part of a problem's path: the question it belongs to. */
export const fieldOf = (path: string): string => path.split(".")[0] ?? path;
