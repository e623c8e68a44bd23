using Microsoft.Extensions.Options;

namespace MlOps.Storage;

/// <summary>Rejects decorations of stores that the application registered itself, because the container cannot decorate these.</summary>
internal sealed class ArtifactStoreDecorationValidator(IEnumerable<ArtifactStoreDecoration> decorations, IEnumerable<ArtifactStoreRegistration> registrations)
    : IValidateOptions<MlOpsOptions>
{
    public ValidateOptionsResult Validate(string? name, MlOpsOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        foreach (var decoration in decorations)
        {
            var key = decoration.Key ?? options.Storage.Provider;
            if (decoration.IsBypassed(key, registrations.FirstOrDefault(store => store.HasKey(key))))
            {
                var call = decoration.Key is null ? "DecorateStore" : $"DecorateStore(\"{key}\", …)";
                faults.AddError(
                    $"{call} decorates the store '{key}', but the application registered its own IArtifactStore with this key, which is used instead. "
                    + "Decorate that store where it is registered, or register it with AddArtifactStore(\"<key>\", …) and another key.");
            }
        }

        return faults.Build();
    }
}
