namespace MlOps.Tracking;

/// <summary>There is no such experiment.</summary>
public sealed class ExperimentNotFoundException : MlOpsException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="experiment">The name that was given.</param>
    /// <param name="names">The names of the experiments in the store.</param>
    internal ExperimentNotFoundException(string experiment, IReadOnlyCollection<string> names)
        : base($"There is no experiment '{Documents.RecordText.Shorten(experiment)}' in the store. {NearestName.Suggest(experiment, names)}"
            + "Correct the name. The first run of an experiment creates it.") =>
        Experiment = experiment;

    /// <summary>Gets the name that was given.</summary>
    public string Experiment { get; }
}
