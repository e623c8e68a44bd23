using System.Reflection;
using MlOps.Models;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Makes the check of a property: typed calls of its getter and setter.</summary>
internal sealed class FeatureCheckCompiler<TRow>(FeatureProperty property, FeatureSchema feature, string name, InputPolicy policy, List<string> faults)
    : RuleCompiler<FeatureCheck<TRow>>(property.ToString(), property.Type!.Value, feature, policy, faults)
    where TRow : class
{
    /// <summary>Gets the number of values that an array must have; those of a whole call are any number of rows.</summary>
    private int? Count => property.IsPerCall ? null : Feature.Count;

    /// <summary>Creates the check of a property, of single values or of a tensor.</summary>
    public static FeatureCheck<TRow>? Compile(FeatureProperty property, FeatureSchema feature, string name, InputPolicy policy, List<string> faults) =>
        property.IsTensor ? CompileTensor(property, feature, policy, faults) : new FeatureCheckCompiler<TRow>(property, feature, name, policy, faults).Compile();

    protected override FeatureCheck<TRow>? CompileNumber<T>() =>
        property.IsNullable ? Compile<T?, NullableRule<T, NumberRule<T>>>(new(Feature, property.Index is not null, new(Feature))) : base.CompileNumber<T>();

    protected override FeatureCheck<TRow>? CompileText()
    {
        var check = base.CompileText();
        return check is not null && Feature.MaxUnseenRate > 0 ? new UnseenRateCheck<TRow>(check, Feature.MaxUnseenRate) : check;
    }

    protected override FeatureCheck<TRow>? CompilePresence<T>() =>
        property.IsNullable ? Compile<T?, PresenceRule<T?>>(new(Feature))
        : property.IsArray ? base.CompilePresence<T>()
        : null;

    protected override FeatureCheck<TRow>? Compile<T, TRule>(TRule rule)
    {
        if (!TryCreateRemedy<T, TRule>(rule, out var remedy))
        {
            return null;
        }

        var setter = FindSetter(property);
        if (!CanFollow(property, Feature, Policy, Faults))
        {
            return null;
        }

        var getter = property.Property.GetMethod!;
        if (!property.IsArray)
        {
            return new ScalarCheck<TRow, T, TRule>(name, getter.CreateDelegate<Func<TRow, T>>(), setter?.CreateDelegate<Action<TRow, T>>(), rule, remedy);
        }

        var setArray = setter?.CreateDelegate<Action<TRow, T[]>>();
        return new ArrayCheck<TRow, T, TRule>(Feature, Count, name, getter.CreateDelegate<Func<TRow, T[]?>>(), setArray, rule, remedy);
    }

    private static TensorMemberCheck<TRow>? CompileTensor(FeatureProperty property, FeatureSchema feature, InputPolicy policy, List<string> faults)
    {
        var input = new ModelFeature { Name = feature.Name, Type = feature.Type };
        var part = new TensorPart(feature, input, column: null) { Count = property.IsPerCall ? null : feature.Count };
        var checks = new TensorChecks(part, policy, faults);
        var setter = FindSetter(property)?.CreateDelegate<Action<TRow, ModelTensor>>();
        return CanFollow(property, feature, policy, faults)
            ? new TensorMemberCheck<TRow>(feature, checks, property.Property.GetMethod!.CreateDelegate<Func<TRow, ModelTensor?>>(), setter)
            : null;
    }

    private static MethodInfo? FindSetter(FeatureProperty property) => property.Property.SetMethod is { IsPublic: true } method ? method : null;

    /// <summary>Determines whether a policy can replace values, or adds the fault.</summary>
    private static bool CanFollow(FeatureProperty property, FeatureSchema feature, InputPolicy policy, List<string> faults)
    {
        var replaces = policy == InputPolicy.Impute ? feature.Impute is not null : policy == InputPolicy.Clamp && (feature.Minimum ?? feature.Maximum) is not null;
        if (replaces && FindSetter(property) is null)
        {
            faults.Add(
                $"{property} has no setter, and the policy of the feature '{feature.Name}' is {policy}. Add a setter (init will do), or choose another policy.");
            return false;
        }

        return true;
    }
}
