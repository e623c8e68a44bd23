using MlOps.Datasets;
using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>Copies properties of a run to the model versions that it registers and to its child runs.</summary>
internal static class RunInheritance
{
    /// <summary>Adds the run as the origin of a model version. Metrics and parameters of the run are used if the registration has
    /// none.</summary>
    public static ModelRegistration AddOrigin(Run run, ModelRegistration registration) => new()
    {
        Format = registration.Format,
        Files = registration.Files,
        Signature = registration.Signature,
        InputSchema = registration.InputSchema,
        Examples = registration.Examples,
        Metrics = registration.Metrics.Count > 0 ? registration.Metrics : run.Metrics,
        Parameters = registration.Parameters.Count > 0 ? registration.Parameters : run.Parameters,
        Tags = registration.Tags,
        Description = registration.Description,
        IntendedUse = registration.IntendedUse,
        Lineage = new ModelLineage
        {
            RunId = run.Id,
            RunLink = TrackingPaths.Run(run.Experiment, run.Id).ToString(),
            Datasets =
            [
                .. registration.Lineage.Datasets
                    .Concat(run.Datasets.Select(static dataset => dataset.Reference).OfType<DatasetReference>()).Distinct(),
            ],
            GitCommit = registration.Lineage.GitCommit ?? run.GitCommit,
            Source = registration.Lineage.Source,
        },
        Resources = registration.Resources,
        Actor = registration.Actor ?? run.Actor,
    };

    /// <summary>Creates the initial properties of a child run.</summary>
    public static RunStart CreateChildStart(Run parent, RunStart start) => new()
    {
        Name = start.Name,
        Tags = start.Tags,
        Parameters = start.Parameters,
        Datasets = start.Datasets,
        Note = start.Note,
        ParentId = parent.Id,
        Seed = start.Seed,
        Actor = start.Actor ?? parent.Actor,
    };
}
