using MlOps.Documents;

namespace MlOps.Registry;

/// <summary>Creates the exception for a model that does not exist, which suggests existing models.</summary>
internal static class MissingModel
{
    private const int MaxRead = 100;
    private const int MaxListed = 10;

    /// <summary>Creates the exception.</summary>
    /// <param name="registry">The registry. Its models are listed if that is cheap.</param>
    /// <param name="model">The name of the missing model.</param>
    /// <param name="setting">A sentence about the setting with the name, followed by a space; empty if the name does not come from a setting.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public static async Task<VersionNotFoundException> CreateExceptionAsync(
        IModelRegistry registry, string model, string setting, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        try
        {
            if (registry is ModelRegistry known)
            {
                names = await known.ListNamesAsync(cancellationToken).Take(MaxRead).ToListAsync(cancellationToken).ConfigureAwait(false);
                names = await ExistingAsync(known, model, names, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (MlOpsException)
        {
            // The names of other models are optional.
        }

        var listed = string.Join(", ", names.Take(MaxListed).Select(static name => $"'{RecordText.Shorten(name)}'"));
        var others = names.Count == 0 ? "" : $"The registry has {listed}{(names.Count > MaxListed ? " and others" : "")}. ";
        return new VersionNotFoundException(
            "model",
            model,
            null,
            $"{setting}{NearestName.Suggest(model, names)}{others}"
            + "Correct the name, register a version with RegisterAsync, or create the model without a version with CreateAsync.");
    }

    /// <summary>Removes the names of deleted models, whose logs still exist. The nearest name comes first.</summary>
    private static async Task<List<string>> ExistingAsync(ModelRegistry registry, string model, List<string> names, CancellationToken cancellationToken)
    {
        var existing = new List<string>();
        foreach (var name in names.OrderByDescending(name => name == NearestName.Find(model, names)).ThenBy(static name => name, StringComparer.Ordinal))
        {
            if (existing.Count > MaxListed)
            {
                break;
            }

            if (await registry.FindAsync(name, TimeSpan.MaxValue, cancellationToken).ConfigureAwait(false) is not null)
            {
                existing.Add(name);
            }
        }

        return existing;
    }
}
