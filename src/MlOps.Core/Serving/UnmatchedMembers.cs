using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MlOps.Models;
using MlOps.Providers;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Finds the members of a caller's type and the inputs of a model that have no partner.</summary>
internal static class UnmatchedMembers
{
    /// <summary>Lists the properties of an input type that stand for no input, and the optional inputs for which there is no property.</summary>
    /// <param name="model">The signature of the model itself.</param>
    /// <param name="schema">The rules for the inputs, which may name the columns of a tensor.</param>
    /// <returns>Such as <c>property 'Label'</c> and <c>optional input 'threshold'</c>; empty if all have a partner.</returns>
    public static string[] Find<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput>(ModelSignature model, InputSchema schema)
    {
        var usable = FeatureProperty.Of<TInput>();
        string[] inputs = [.. model.Inputs.Select(static input => input.Name), .. schema.Features.Select(static feature => feature.Name)];
        var bound = FeatureBinding.Find(schema.Features, usable).Select(static binding => binding.Property).ToHashSet();
        var properties = typeof(TInput).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.GetIndexParameters().Length == 0
                && !property.CustomAttributes.Any(static attribute => attribute.AttributeType.FullName == "Microsoft.ML.Data.NoColumnAttribute"))
            .Where(property => !bound.Any(other => other.Property == property)
                && !NamesOf(property, usable).Any(name => inputs.Any(input => FeatureProperty.NamesMatch(input, name))))
            .Select(static property => $"property '{property.Name}'");
        var optional = model.Inputs
            .Where(input => input.IsOptional
                && !typeof(TInput).GetProperties().Any(property => NamesOf(property, usable).Any(name => FeatureProperty.NamesMatch(input.Name, name))))
            .Select(static input => $"optional input '{input.Name}'");
        return [.. properties, .. optional];
    }

    /// <summary>Gets the names that a property may stand for: its own, and those that attributes give it.</summary>
    private static IEnumerable<string> NamesOf(PropertyInfo property, IReadOnlyList<FeatureProperty> usable) =>
        usable.FirstOrDefault(other => other.Property == property) is { } feature
            ? [feature.Name]
            : property.CustomAttributes.SelectMany(static attribute => attribute.ConstructorArguments)
                .Select(static argument => argument.Value).OfType<string>().Append(property.Name);
}
