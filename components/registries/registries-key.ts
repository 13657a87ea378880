export const REGISTRIES_KEY = ["registry-credentials"];
