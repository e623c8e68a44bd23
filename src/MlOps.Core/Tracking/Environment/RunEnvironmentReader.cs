using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Reads the stored environments of runs.</summary>
internal static class RunEnvironmentReader
{
    /// <exception cref="DocumentFormatException">The description cannot be read.</exception>
    public static async Task<RunEnvironment> ReadAsync(ContentStore content, Sha256Digest digest, CancellationToken cancellationToken)
    {
        var opened = await content.OpenReadAsync(digest, cancellationToken).ConfigureAwait(false);
        var bytes = await StoredDocument.ReadAsync(opened, EnvironmentDocument.MaxSize, StoredDocument.Restore, cancellationToken).ConfigureAwait(false);
        var environment = StoredDocument.Parse(opened.Info.Path, bytes, EnvironmentJson.Default.EnvironmentDocument).Environment;
        return FindNull(environment) is { } name
            ? throw new DocumentFormatException(opened.Info.Path, $"a value in '{name}' is null. {StoredDocument.Restore}")
            : environment;
    }

    /// <summary>Finds a collection that contains null, which the JSON parser accepts.</summary>
    private static string? FindNull(RunEnvironment environment) =>
        environment.Gpus.Contains(null!) ? "gpus"
        : environment.Arguments.Contains(null!) ? "arguments"
        : environment.Packages.Values.Contains(null!) ? "packages"
        : environment.Settings.Values.Contains(null!) ? "settings"
        : environment.Git?.UntrackedFiles.Contains(null!) == true ? "git.untrackedFiles"
        : null;
}
