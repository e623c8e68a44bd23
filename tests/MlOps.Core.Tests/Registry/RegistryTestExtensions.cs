namespace MlOps.Registry;

internal static class RegistryTestExtensions
{
    /// <summary>Adds an entry to a model's log, whether the model is there or not.</summary>
    public static Task<RegisteredModel> TagOrCreateAsync(this IModelRegistry registry, string model, int number) =>
        number == 0 ? registry.CreateAsync(model) : registry.TagAsync(model, $"key {number}", "value");
}
