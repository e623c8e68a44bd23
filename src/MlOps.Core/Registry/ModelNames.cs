using MlOps.Documents;

namespace MlOps.Registry;

/// <summary>Describes a model that is not there, with the models that are.</summary>
internal static class ModelNames
{
    private const int MostRead = 100;
    private const int MaxListed = 10;

    /// <summary>Describes a model that is not there.</summary>
    /// <param name="registry">The registry, whose models are named if listing them is cheap.</param>
    /// <param name="model">The name that was asked for.</param>
    /// <param name="setting">The setting that holds the name, as a sentence that ends in a space; empty if it was given by code.</param>
    /// <param name="cancellationToken">Cancels reading the names.</param>
    public static async Task<VersionNotFoundException> DescribeMissingAsync(
        IModelRegistry registry, string model, string setting, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        try
        {
            if (registry is ModelRegistry known)
            {
                names = await known.ListNamesAsync(cancellationToken).Take(MostRead).ToListAsync(cancellationToken).ConfigureAwait(false);
                names = await ExistingAsync(known, model, names, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (MlOpsException)
        {
            // That the model is not there is certain; the other names are only a help.
        }

        var others = names.Count == 0 ? "" : $"The registry has {string.Join(", ", names.Take(MaxListed).Select(static name => $"'{RecordText.Shorten(name)}'"))}{(names.Count > MaxListed ? " and others" : "")}. ";
        return new VersionNotFoundException(
            "model", model, null,
            $"{setting}{NearestName.Suggest(model, names)}{others}Correct the name, register a version with RegisterAsync, or create the model without one with CreateAsync.");
    }

    /// <summary>Leaves out models that were deleted, of which only the log is there; the names nearest in the alphabet come first.</summary>
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
