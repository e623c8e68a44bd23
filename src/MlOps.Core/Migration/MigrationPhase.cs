namespace MlOps.Migration;

/// <summary>What a migration is doing.</summary>
public enum MigrationPhase
{
    /// <summary>Looks at the logs of both stores, to know which events to copy.</summary>
    Survey,

    /// <summary>Copies all else: the content that events name, and other artifacts. Comes again after <see cref="Events"/> if copying a single artifact takes more than half an hour.</summary>
    Artifacts,

    /// <summary>Copies the events, each log in order.</summary>
    Events,

    /// <summary>Makes sure that the target has what the source has.</summary>
    Verification,
}
