using MlOps.Datasets;
using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>Adds the properties of a run to the models that it registers and to its child runs.</summary>
internal static class RunInheritance
{
    /// <summary>Adds the run as origin, and its metrics and parameters where the registration names none.</summary>
    public static ModelRegistration Of(Run run, ModelRegistration registration) => new()
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
            Datasets = [.. registration.Lineage.Datasets.Concat(run.Datasets.Select(static dataset => dataset.Reference).OfType<DatasetReference>()).Distinct()],
            GitCommit = registration.Lineage.GitCommit ?? run.GitCommit,
            Source = registration.Lineage.Source,
        },
        Resources = registration.Resources,
        Actor = registration.Actor ?? run.Actor,
    };

    /// <summary>Makes the start of a run that is part of another.</summary>
    public static RunStart ChildOf(Run parent, RunStart start) => new()
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
