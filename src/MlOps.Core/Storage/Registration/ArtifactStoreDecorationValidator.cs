using Microsoft.Extensions.Options;

namespace MlOps.Storage;

/// <summary>Refuses decorations of stores that the application registered itself, as the container does not decorate these.</summary>
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
                faults.AddError(
                    $"{(decoration.Key is null ? "DecorateStore" : $"DecorateStore(\"{key}\", …)")} decorates the store '{key}', but the application registered an IArtifactStore of its own with this key, "
                    + "which is used instead. Decorate that one where it is registered, or register it with AddArtifactStore(\"<key>\", …) under a key of its own.");
            }
        }

        return faults.Build();
    }
}
