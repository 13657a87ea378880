/** The host that images without one come from, and how its accounts are asked for. */
export const DOCKER_HUB = "docker.io";
export const DOCKER_HUB_ADDRESS = "https://index.docker.io/v1/";
