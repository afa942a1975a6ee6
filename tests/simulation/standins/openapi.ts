/** Takes the place of the description of the API, which takes longer to make than a schedule takes to run. */
export const describeApi = () => ({});
